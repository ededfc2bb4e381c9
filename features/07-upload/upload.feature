@main
Feature: Job events reach the Dispatcher while the playbook runs
  Each upload holds all events so far; it goes through Ingress and S3, and an announce tells the Dispatcher.

  @arrow-17 @arrow-18 @arrow-19 @arrow-20 @arrow-21
  Scenario: An interval upload takes the whole way
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then rhc-worker-playbook sends "playbook job event data" to Ingress
    And Ingress sends "playbook job event data" to S3
    And Ingress sends "upload announce" to Playbook Dispatcher
    And Playbook Dispatcher sends "playbook job event data request" to S3
    And S3 sends "playbook job event data response" to Playbook Dispatcher

  @H-055 @H-046 @H-053
  Scenario: Uploads grow and are well formed
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then at least 2 interval uploads are seen
    And clause H-046 holds
    And clause H-053 holds
    And clause H-055 holds

  @ING-09 @ING-10 @STO-01 @STO-02
  Scenario: What Ingress stores and announces is what was sent
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then clause ING-09 holds
    And clause ING-10 holds
    And clause STO-01 holds
    And clause STO-02 holds
