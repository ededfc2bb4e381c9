@cases
Feature: Remediations API when it is dealt with as nobody else does

  Scenario Outline: A request that the flow does not make
    When Remediations API is asked for "<case>"
    Then it answers as it must
    And clause <clause> holds

    Examples:
      | case                                                   | clause  |
      | a new plan without a name                              | SRV-112 |
      | a new plan without an identity                         | SRV-112 |
      | a new plan of a user who may not write                 | SRV-112 |
      | a new plan while nobody knows who may what             | SRV-112 |
      | plans while nobody knows who may what                  | SRV-112 |
      | execute without an identity                            | SRV-112 |
      | execute while nobody knows who may what                | SRV-112 |
      | a plan, by no id                                       | SRV-112 |
      | a plan, without an identity                            | SRV-112 |
      | a plan, for a user who may not look                    | SRV-113 |
      | a plan, while nobody knows who may what                | SRV-112 |
      | the connection status, by no id                        | SRV-112 |
      | the connection status, without an identity             | SRV-112 |
      | the connection status, while nobody knows who may what | SRV-112 |
      | the runs of a plan, by no id                           | SRV-112 |
      | the runs of a plan, without an identity                | SRV-112 |
      | the runs of a plan, while nobody knows who may what    | SRV-112 |
      | a run, by no id                                        | SRV-112 |
      | a run, without an identity                             | SRV-112 |
      | a run, for a user who may not look                     | SRV-113 |
      | a run, while nobody knows who may what                 | SRV-112 |
      | the systems of a run, by no id                         | SRV-112 |
      | the systems of a run, without an identity              | SRV-112 |
      | the systems of a run, for a user who may not look      | SRV-113 |
      | the systems of a run, while nobody knows who may what  | SRV-112 |
      | a system of a run, by no id                            | SRV-112 |
      | a system of a run, without an identity                 | SRV-112 |
      | a system of a run, for a user who may not look         | SRV-113 |
      | a system of a run, while nobody knows who may what     | SRV-112 |
      | cancel, by no id                                       | SRV-112 |
      | cancel, without an identity                            | SRV-112 |
      | cancel, while nobody knows who may what                | SRV-112 |
      | the playbook, by no id                                 | SRV-112 |
      | the playbook, without an identity                      | SRV-112 |
      | the playbook, while nobody knows who may what          | SRV-112 |
      | a system of a run as it was                            | SRV-111 |
      | the playbook as it was                                 | SRV-109 |
      | the playbook for nobody of the plan                    | SRV-106 |
      | plans without an identity                              | SRV-112 |
      | plans with an identity that is none                    | SRV-112 |
      | plans, 201 to a page                                   | SRV-112 |
      | the playbook of a plan that nobody knows               | SRV-106 |
      | the playbook of another host                           | SRV-106 |
      | execute for recipients that are no longer those        | SRV-101 |
      | execute without somebody unknown                       | SRV-103 |
      | execute without everybody                              | SRV-103 |
      | the connection status of another user's plan           | SRV-114 |
      | execute another user's plan                            | SRV-114 |
      | execute of a user who may read alone                   | SRV-113 |
      | cancel of a user who may read alone                    | SRV-113 |
      | the connection status for a user who may read alone    | SRV-113 |
      | plans for a user who may read alone                    | SRV-113 |
      | plans for a user who may execute alone                 | SRV-113 |
      | runs for a user who may execute alone                  | SRV-113 |
      | a playbook for a user who may execute alone            | SRV-113 |
      | cancel of a run                                        | OBS-06  |
      | the playbook of a plan with auto-reboot                | OBS-10  |
      | the connection status of a colleague's plan            | SRV-114 |
      | execute a colleague's plan                             | SRV-114 |

  Scenario Outline: A request that only a contract is about
    When Remediations API is asked for "<case>"
    Then it answers as it must

    Examples:
      | case                                     |
      | whether Remediations lives               |
      | a plan, which nobody knows               |
      | the runs of a plan, which nobody knows   |
      | a run, which nobody knows                |
      | the systems of a run, which nobody knows |
      | a system of a run, which nobody knows    |
      | cancel, which nobody knows               |
      | the runs of a plan that has none         |
      | the connection status as it was          |

  Scenario Outline: Something that the flow does not bring about
    When Remediations API is faced with "<case>"
    Then clause <clause> holds

    Examples:
      | case                                                         | clause |
      | a cancel in the UI                                           | OBS-06 |
      | a host that goes away between connection status and dispatch | OBS-07 |
