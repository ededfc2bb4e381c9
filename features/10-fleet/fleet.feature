Feature: A plan on several systems
  One press of Execute, and each system fares as it can: what one does or leaves undone is nobody else's.

  @SRV-100 @SRV-104
  Scenario: Each system ends in its own way
    Given a plan on these systems
      | system | connection    | issues                           | outcome       |
      | web    | connected     | config, message of the day       | complete      |
      | mail   | not connected | config, message of the day       | not_connected |
      | files  | connected     | config, one that cannot be fixed | failed        |
    When the user presses Execute
    Then the run on web ends as "complete"
    And the run on mail ends as "not_connected"
    And the run on files ends as "failed"
    And nothing is executed on mail
    And clause SRV-100 holds
    And clause SRV-104 holds

  @SRV-110 @SRV-111
  Scenario: The user sees the failure, and which system it is of
    Given a plan on these systems
      | system | connection    | issues                           | outcome       |
      | web    | connected     | config, message of the day       | complete      |
      | mail   | not connected | config, message of the day       | not_connected |
      | files  | connected     | config, one that cannot be fixed | failed        |
    When the user presses Execute
    Then the UI was shown mail as "disconnected"
    And the UI is answered 201
    And the UI shows "failure"
    And the UI shows "success" for web
    And the UI shows "failure" for files
    And the UI does not list mail
    And the log of web says "Fix the second issue once it may"
    And the log of files says "there-is-no-such-file"
    And clause SRV-110 holds
    And clause SRV-111 holds

  @SRV-105 @SRV-106
  Scenario: Each system is served its own playbook
    Given a plan on these systems
      | system | connection    | issues                           | outcome       |
      | web    | connected     | config, message of the day       | complete      |
      | mail   | not connected | config, message of the day       | not_connected |
      | files  | connected     | config, one that cannot be fixed | failed        |
    When the user presses Execute
    Then web is served a playbook for "config, message of the day"
    And files is served a playbook for "config, one that cannot be fixed"
    And clause SRV-105 holds
    And clause SRV-106 holds
