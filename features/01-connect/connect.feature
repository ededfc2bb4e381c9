@main
Feature: A system connects
  Before anything can be executed a system has a standing connection to the platform,
  and its playbook worker has one to its own rhc.

  @arrow-01 @H-001 @H-003
  Scenario: The system's connection stands before it is sent anything
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then rhc sends "establish MQTT connection" to Cloud Connector
    And clause H-001 holds
    And clause H-003 holds

  @arrow-02 @H-034
  Scenario: The playbook worker is on the system's bus
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then rhc-worker-playbook sends "establish D-Bus connection" to rhc
    And clause H-034 holds

  @H-011 @CON-34
  Scenario: Cloud Connector knows the system as online
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then clause H-011 holds
    And clause CON-34 holds
