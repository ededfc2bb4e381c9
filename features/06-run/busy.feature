Feature: A plan on a system that runs another one
  A worker runs one playbook at a time and refuses the next, which leaves the first alone.

  @H-049
  Scenario: The second plan is refused, the first completes
    Given a plan on a system that runs another one
    When the user presses Execute
    Then the run ends as "busy"
    And the UI shows "failure"
    And the plan that ran already ends as "complete"
    And clause H-049 holds
