Feature: A plan on a system that is not connected
  Nothing can be sent to a system without a connection; the user is told so.

  @SRV-103
  Scenario: The user is told that no system can be reached
    Given a plan on a system that is not connected
    When the user presses Execute
    Then the run ends as "not_connected"
    And the UI is answered 422 "NO_EXECUTORS"
    And nothing is executed
