@main
Feature: The playbook runs on the system
  ansible-runner is the real one; the playbook changes files and ends with the insights collection.

  @arrow-16 @arrow-24
  Scenario: The playbook runs to its end
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then rhc-worker-playbook sends "run playbook" to ansible-runner
    And ansible-runner sends "playbook complete" to rhc-worker-playbook
    And the system holds the file "remediated/first.conf" saying "fixed = true"
    And the system holds the file "remediated/motd" saying "This system was remediated."

  @H-059 @H-061
  Scenario: Ansible gets the playbook without its signatures
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then clause H-059 holds
    And clause H-061 holds
