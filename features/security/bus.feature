@containers
Feature: Who may talk to rhc on a machine
  The bus lets root ask rhc for its workers, and nobody else.

  @H-042
  Scenario: An unprivileged user is denied
    When "nobody" on a machine asks rhc for its workers
    Then the bus denies it

  @H-042
  Scenario: Root is answered
    When "root" on a machine asks rhc for its workers
    Then rhc answers it
