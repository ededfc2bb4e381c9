@main
Feature: The playbook is verified before it runs
  The worker lets insights-client check the signature of every play.

  @arrow-14 @arrow-15
  Scenario: A signed playbook passes
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then rhc-worker-playbook sends "verify playbook" to insights-client
    And insights-client sends "verify successful" to rhc-worker-playbook

  @H-047 @H-063
  Scenario: The verifier is asked and believed
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then clause H-047 holds
    And clause H-063 holds
