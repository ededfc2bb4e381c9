@cases
Feature: Playbook Dispatcher when it is dealt with as nobody else does

  Scenario Outline: A request that the flow does not make
    When Playbook Dispatcher is asked for "<case>"
    Then it answers as it must
    And clause <clause> holds

    Examples:
      | case                                                           | clause  |
      | cancel with an unknown key                                     | SRV-001 |
      | recipients with an unknown key                                 | SRV-001 |
      | runs without the permission                                    | SRV-041 |
      | run hosts without the permission                               | SRV-041 |
      | run hosts for a system                                         | SRV-040 |
      | dispatch without a key                                         | SRV-001 |
      | dispatch with a malformed key                                  | SRV-001 |
      | dispatch with an unknown key                                   | SRV-001 |
      | cancel without a key                                           | SRV-001 |
      | recipients without a key                                       | SRV-001 |
      | the version without credentials                                | SRV-002 |
      | dispatch nothing                                               | SRV-003 |
      | dispatch 51 items                                              | SRV-003 |
      | dispatch without a recipient                                   | SRV-004 |
      | dispatch without an org id                                     | SRV-004 |
      | dispatch without a principal                                   | SRV-004 |
      | dispatch without a URL                                         | SRV-004 |
      | dispatch without a name                                        | SRV-004 |
      | dispatch for an org id of 11 characters                        | SRV-005 |
      | dispatch for an empty org id                                   | SRV-005 |
      | dispatch to an upper-case id                                   | SRV-006 |
      | dispatch to an id of version 1                                 | SRV-006 |
      | dispatch an ftp URL                                            | SRV-007 |
      | dispatch with a console that is no web page                    | SRV-007 |
      | dispatch with a timeout of more than a week                    | SRV-008 |
      | dispatch with a negative timeout                               | SRV-008 |
      | dispatch to a Satellite without its organisation               | SRV-013 |
      | dispatch to a Satellite without hosts                          | SRV-013 |
      | dispatch to a Satellite whose host has no inventory id         | SRV-013 |
      | dispatch to a host that is not connected                       | SRV-011 |
      | dispatch two items, each to somebody else                      | SRV-009 |
      | dispatch while the connector is away                           | SRV-012 |
      | dispatch to a Satellite                                        | SRV-010 |
      | dispatch to a Satellite whose hosts have subscriptions         | SRV-010 |
      | cancel a run on a direct host                                  | SRV-031 |
      | cancel a run of another org                                    | SRV-030 |
      | cancel a run on a Satellite's host                             | SRV-030 |
      | cancel a run on the host of a Satellite that is gone           | SRV-030 |
      | cancel a run that is over                                      | SRV-030 |
      | cancel in vain and be told no run id                           | OBS-01  |
      | cancel two runs, of which one can be                           | SRV-030 |
      | the connection status of a connected host                      | SRV-036 |
      | cancel a run that nobody knows                                 | SRV-030 |
      | whether a stranger is connected                                | SRV-034 |
      | whether a connected host is connected                          | SRV-034 |
      | the connection status of 51 hosts                              | SRV-035 |
      | the connection status of a host that inventory does not know   | SRV-035 |
      | the connection status of a host of a connected Satellite       | SRV-036 |
      | runs without an identity                                       | SRV-040 |
      | runs for a system                                              | SRV-040 |
      | runs for another org                                           | SRV-041 |
      | runs with an unknown field                                     | SRV-042 |
      | runs, two fields of them                                       | SRV-042 |
      | runs, none to a page                                           | SRV-044 |
      | runs, 201 to a page                                            | SRV-044 |
      | runs from before the first                                     | SRV-044 |
      | run hosts without an identity                                  | SRV-040 |
      | run hosts with an unknown field                                | SRV-042 |
      | run hosts, 201 to a page                                       | SRV-044 |
      | the run of a host that was never connected                     | SRV-011 |
      | the second page of three                                       | SRV-045 |
      | runs from the newest on                                        | SRV-049 |
      | runs from the oldest on                                        | SRV-049 |
      | runs with two labels                                           | SRV-048 |
      | hosts of runs with a label that no run has                     | SRV-048 |
      | a run that is overdue                                          | SRV-047 |
      | overdue runs                                                   | SRV-047 |
      | running runs without those that are overdue                    | SRV-047 |
      | the host of a run that is overdue                              | OBS-02  |
      | the host of a run that the clean job found overdue             | SRV-094 |
      | the run that the clean job found overdue                       | SRV-094 |
      | an overdue run that succeeds at last                           | OBS-05  |
      | runs whose success was compressed                              | SRV-064 |
      | runs of which one line is bad                                  | SRV-065 |
      | a run whose upload has blank lines                             | SRV-065 |
      | a run that another org tells of                                | SRV-080 |
      | a run that an upload does not name                             | SRV-080 |
      | a run that succeeded and then is told of otherwise             | SRV-084 |
      | the host of a run that succeeded and then is told of otherwise | SRV-084 |
      | a run that failed before it began                              | SRV-082 |
      | the log of a run that failed before it began                   | SRV-087 |
      | the host of a run whose events name none                       | SRV-086 |
      | two hosts, on one of which a task fails                        | SRV-088 |
      | the log of two hosts                                           | OBS-04  |
      | a run with a task failure that is ignored                      | OBS-08  |
      | a run whose host cannot be reached                             | OBS-08  |
      | a Satellite's run that is complete                             | SRV-093 |
      | a Satellite's run whose host is finished                       | SRV-093 |
      | the log of a Satellite's host that was told late               | SRV-092 |

  Scenario Outline: A request that only a contract is about
    When Playbook Dispatcher is asked for "<case>"
    Then it answers as it must

    Examples:
      | case                                                   |
      | dispatch more than a request may hold                  |
      | cancel nothing                                         |
      | cancel more than a request may hold                    |
      | recipients without a recipient                         |
      | whether a host is connected, without the connector     |
      | the connection status of a host, without the connector |
      | the connection status of a host, without the platform  |
      | runs, without the platform                             |
      | run hosts, without the platform                        |

  Scenario Outline: Something that the flow does not bring about
    When Playbook Dispatcher is faced with "<case>"
    Then clause <clause> holds

    Examples:
      | case                                  | clause  |
      | uploads of nothing and over any limit | SRV-062 |
      | uploads that tell of no run           | SRV-067 |
      | announces to others                   | SRV-060 |
      | downloads that fail                   | OBS-03  |
