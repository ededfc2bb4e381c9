@containers
Feature: Workers on a machine's system bus
  The bus starts a worker that is asked for, and a message reaches the worker that it names.

  Scenario: The worker is activated by the bus
    Given a plan on a machine whose worker the bus has to start
    When the user presses Execute
    Then the worker owns its bus name only once rhc asks for it
    And the run ends as "complete"

  Scenario: Two workers on one bus
    Given a plan on a machine with a second worker on its bus
    When the user presses Execute
    Then Cloud Connector is told of both workers
    And the second worker is handed nothing
    And the run ends as "complete"

  Scenario: A clock that is an hour ahead
    Given a plan on a machine whose programs see a clock an hour ahead
    When the user presses Execute
    Then the system's messages say a time an hour ahead
    And the run ends as "complete"
