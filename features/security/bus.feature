@containers
Feature: Who may talk to rhc on a machine
  The bus lets root ask rhc for its workers, and nobody else.

  Scenario: An unprivileged user is denied
    When "nobody" on a machine asks rhc for its workers
    Then the bus denies it

  Scenario: Root is answered
    When "root" on a machine asks rhc for its workers
    Then rhc answers it
