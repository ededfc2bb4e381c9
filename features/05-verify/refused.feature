Feature: A playbook that was altered after signing
  One changed task is enough: nothing runs, and the user learns why.

  @H-048
  Scenario: An altered playbook is refused
    Given a plan whose playbook was altered after signing
    When the user presses Execute
    Then the run ends as "refused"
    And nothing is executed
    And the UI shows "failure"
    And the upload carries the code "ANSIBLE_PLAYBOOK_SIGNATURE_VALIDATION_FAILED"
    And the log says "cannot verify playbook"
    And clause H-048 holds
