@containers
Feature: A machine is disturbed while it is remediated
  What goes on is finished or said to have failed; what was lost is not done twice.

  Scenario: The machine is restarted in mid-run
    Given a plan on one machine
    And its machine is restarted
    When the user presses Execute
    Then the run ends as "disturbed"
    And Cloud Connector is told that the system went offline
    And the system connects again
    And the playbook is started once

  Scenario: rhc is killed, and systemd starts it again
    Given a plan on a machine whose rhc systemd restarts
    And its rhc is killed
    When the user presses Execute
    Then the run ends as "disturbed"
    And Cloud Connector is told that the system went offline
    And the system connects again
    And the UI shows "success"
    And the playbook is started once

  Scenario: The network is cut when the message is sent, then healed
    Given a plan on one machine
    And its network is cut until the message was lost once
    When the user presses Execute
    Then nothing comes from the system before the network is whole again
    And the run ends as "complete"
    And the UI shows "success"

  Scenario: There is no room for the playbook
    Given a plan on a machine whose run directory has no room
    And its run directory is filled
    When the user presses Execute
    Then the run ends as "disturbed"
    And the playbook is not started
    And the UI shows "failure"
