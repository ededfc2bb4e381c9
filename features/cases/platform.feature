@cases
Feature: Platform services when it is dealt with as nobody else does

  Scenario Outline: A request that only a contract is about
    When Platform services is asked for "<case>"
    Then it answers as it must

    Examples:
      | case                                 |
      | a host by its id                     |
      | a host by no id                      |
      | a host without an identity           |
      | a host that nobody knows             |
      | a host's profile                     |
      | a host's profile by no id            |
      | a host's profile without an identity |
      | a user's permissions                 |
      | permissions without an identity      |
