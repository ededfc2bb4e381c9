@main
Feature: rhc fetches the playbook and hands it over
  The message carries only a URL; rhc gets the file with its certificate and passes it to the worker.

  @arrow-11 @arrow-12 @arrow-13
  Scenario: The playbook file reaches the worker
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then rhc sends "playbook file request" to Remediations API
    And Remediations API sends "playbook file response" to rhc
    And rhc sends "execute playbook request and file data" to rhc-worker-playbook

  @H-032 @SRV-106
  Scenario: What the worker gets is what was served
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then clause H-032 holds
    And clause SRV-106 holds
