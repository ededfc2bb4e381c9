@main
Feature: A user executes a plan
  The request runs from the Remediations UI down to rhc, and each on the way answers before the next is done.

  @arrow-03 @arrow-04 @arrow-05 @arrow-06
  Scenario: The request reaches the system
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then Remediations UI sends "execute playbook request" to Remediations API
    And Remediations API sends "execute playbook request" to Playbook Dispatcher
    And Playbook Dispatcher sends "execute playbook request" to Cloud Connector
    And Cloud Connector sends "execute playbook request" to rhc

  @SRV-100 @SRV-104
  Scenario: The plan becomes work requests
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then clause SRV-100 holds
    And clause SRV-104 holds

  @SRV-022 @CON-02 @CON-24
  Scenario: The message that rhc gets is the one that was asked for
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then clause SRV-022 holds
    And clause CON-02 holds
    And clause CON-24 holds
