@cases
Feature: Ingress when it is dealt with as nobody else does

  Scenario Outline: A request that the flow does not make
    When Ingress is asked for "<case>"
    Then it answers as it must
    And clause <clause> holds

    Examples:
      | case                                    | clause |
      | an upload without an identity           | ING-02 |
      | an upload with an identity that is none | ING-02 |
      | an upload under another name            | ING-03 |
      | an upload of an unknown type            | ING-04 |
      | an upload for an unlisted service       | ING-04 |
      | a test by form                          | ING-14 |
      | a test below the other path             | ING-01 |
      | a test below the other path             | ING-14 |
