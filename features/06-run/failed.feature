Feature: A plan whose second issue cannot be fixed
  The failing task ends the run; the log says which and why.

  @H-050 @SRV-082
  Scenario: The user sees the failure and its reason
    Given a plan whose second issue cannot be fixed
    When the user presses Execute
    Then the run ends as "failed"
    And the UI shows "failure"
    And the log says "there-is-no-such-file"
    And clause H-050 holds
    And clause SRV-082 holds
