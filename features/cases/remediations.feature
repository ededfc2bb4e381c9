@cases
Feature: Remediations API when it is dealt with as nobody else does

  Scenario Outline: A request that the flow does not make
    When Remediations API is asked for "<case>"
    Then it answers as it must
    And clause <clause> holds

    Examples:
      | case                                            | clause  |
      | plans without an identity                       | SRV-112 |
      | plans with an identity that is none             | SRV-112 |
      | plans, 201 to a page                            | SRV-112 |
      | the playbook of a plan that nobody knows        | SRV-106 |
      | the playbook of another host                    | SRV-106 |
      | execute for recipients that are no longer those | SRV-101 |
      | execute without somebody unknown                | SRV-103 |
      | execute without everybody                       | SRV-103 |
      | the connection status of another user's plan    | SRV-114 |
      | execute another user's plan                     | SRV-114 |
