@main
Feature: The last upload ends the run
  After the playbook one more upload holds everything, and none follows.

  @arrow-25 @arrow-26 @arrow-27 @arrow-28 @arrow-29 @arrow-30
  Scenario: The last upload takes the whole way
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then rhc-worker-playbook sends "playbook job event data (last)" to Ingress
    And Ingress sends "playbook job event data (last)" to Playbook Dispatcher
    And Ingress sends "playbook job event data (last)" to S3
    And Ingress sends "upload announce (last)" to Playbook Dispatcher
    And Playbook Dispatcher sends "playbook job event data request (last)" to S3
    And S3 sends "playbook job event data response (last)" to Playbook Dispatcher

  @H-056 @SRV-081
  Scenario: Nothing is missing and nothing follows
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then the run ends as "complete"
    And clause H-056 holds
    And clause SRV-081 holds
