@cases
Feature: Playbook Dispatcher when it is dealt with as nobody else does

  Scenario Outline: A request that the flow does not make
    When Playbook Dispatcher is asked for "<case>"
    Then it answers as it must
    And clause <clause> holds

    Examples:
      | case                                                         | clause  |
      | dispatch without a key                                       | SRV-001 |
      | dispatch with a malformed key                                | SRV-001 |
      | dispatch with an unknown key                                 | SRV-001 |
      | cancel without a key                                         | SRV-001 |
      | recipients without a key                                     | SRV-001 |
      | the version without credentials                              | SRV-002 |
      | dispatch nothing                                             | SRV-003 |
      | dispatch 51 items                                            | SRV-003 |
      | dispatch without a recipient                                 | SRV-004 |
      | dispatch without an org id                                   | SRV-004 |
      | dispatch without a principal                                 | SRV-004 |
      | dispatch without a URL                                       | SRV-004 |
      | dispatch without a name                                      | SRV-004 |
      | dispatch for an org id of 11 characters                      | SRV-005 |
      | dispatch for an empty org id                                 | SRV-005 |
      | dispatch to an upper-case id                                 | SRV-006 |
      | dispatch to an id of version 1                               | SRV-006 |
      | dispatch an ftp URL                                          | SRV-007 |
      | dispatch with a console that is no web page                  | SRV-007 |
      | dispatch with a timeout of more than a week                  | SRV-008 |
      | dispatch with a negative timeout                             | SRV-008 |
      | dispatch to a Satellite without its organisation             | SRV-013 |
      | dispatch to a Satellite without hosts                        | SRV-013 |
      | dispatch to a Satellite whose host has no inventory id       | SRV-013 |
      | cancel a run that nobody knows                               | SRV-030 |
      | whether a stranger is connected                              | SRV-034 |
      | whether a connected host is connected                        | SRV-034 |
      | the connection status of 51 hosts                            | SRV-035 |
      | the connection status of a host that inventory does not know | SRV-035 |
      | runs without an identity                                     | SRV-040 |
      | runs for a system                                            | SRV-040 |
      | runs for another org                                         | SRV-041 |
      | runs with an unknown field                                   | SRV-042 |
      | runs, two fields of them                                     | SRV-042 |
      | runs, none to a page                                         | SRV-044 |
      | runs, 201 to a page                                          | SRV-044 |
      | runs from before the first                                   | SRV-044 |
      | run hosts without an identity                                | SRV-040 |
      | run hosts with an unknown field                              | SRV-042 |
      | run hosts, 201 to a page                                     | SRV-044 |
