@cases
Feature: Platform services when it is dealt with as nobody else does

  Scenario Outline: A request that only a contract is about
    When Platform services is asked for "<case>"
    Then it answers as it must

    Examples:
      | case                                          |
      | a host by its id                              |
      | a host by no id                               |
      | a host without an identity                    |
      | a host that nobody knows                      |
      | a host's profile                              |
      | a host's profile by no id                     |
      | a host's profile without an identity          |
      | a user's permissions                          |
      | permissions without an identity               |
      | all sources                                   |
      | sources without an identity                   |
      | all sources in the older way                  |
      | sources in the older way, without an identity |
      | a new source                                  |
      | a source that there is already                |
      | a new source without an identity              |
      | the hosts of a source                         |
      | the hosts of a source without an identity     |
      | the hosts of a source that nobody knows       |
      | the org of an account                         |
      | the org of no list                            |
      | the account of an org                         |
      | the account of no list                        |
      | whose a certificate is                        |
      | whose a stranger's certificate is             |
