@cases
Feature: insights-client when it is dealt with as nobody else does

  Scenario Outline: Something that the flow does not bring about
    When insights-client is faced with "<case>"
    Then clause <clause> holds

    Examples:
      | case                                           | clause |
      | plays that were changed after they were signed | H-065  |
      | plays that nobody can verify                   | H-066  |
      | a play that was revoked                        | H-067  |
      | a revocation list that was altered             | H-067  |
      | an upload that nobody can store                | H-070  |
      | a host that is not registered                  | H-072  |
      | a test of the connection                       | H-073  |
