@main
Feature: A user follows the execution
  While the playbook runs the UI asks for its status and log.

  @arrow-07 @arrow-08 @arrow-09 @arrow-10
  Scenario: Every status request is answered with the current job event data
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then Remediations UI sends "playbook status request" to Remediations API
    And Remediations API sends "playbook status request" to Playbook Dispatcher
    And Playbook Dispatcher sends "playbook status response (current job event data)" to Remediations API
    And Remediations API sends "playbook status response (current job event data)" to Remediations UI

  @FLOW-001
  Scenario: The last status that the user sees is the end
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then the UI shows "success"
    And clause FLOW-001 holds
