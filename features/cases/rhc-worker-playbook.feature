@cases
Feature: rhc-worker-playbook when it is dealt with as nobody else does

  Scenario Outline: Something that the flow does not bring about
    When rhc-worker-playbook is faced with "<case>"
    Then clause <clause> holds

    Examples:
      | case                                  | clause |
      | a message without a return address    | H-044  |
      | a message without a correlation id    | H-044  |
      | a message without a response interval | H-045  |
      | an address that takes no upload       | H-057  |
