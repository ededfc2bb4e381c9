Feature: A plan on one system of many
  A plan names its systems; the others are left alone, however many are connected.

  @SRV-020
  Scenario: Only the system that the plan names is asked
    Given a plan with two issues on one connected system
    When the user presses Execute
    Then the run ends as "complete"
    And only the plan's systems are asked for anything
    And clause SRV-020 holds
