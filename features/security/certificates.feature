@containers
Feature: Only a system's own certificate opens the platform
  Broker and gateway look at the certificate before anything else, and at the name in it.

  Scenario Outline: A certificate that is <certificate>
    When somebody on a machine shows a certificate that is <certificate>
    Then the broker <broker>
    And the gateway <gateway>

    Examples:
      | certificate              | broker             | gateway     |
      | its own                  | lets it in         | answers 200 |
      | expired                  | hangs up           | hangs up    |
      | of a foreign authority   | hangs up           | hangs up    |
      | in another system's name | drops what it says | answers 401 |

  Scenario: A certificate is renewed while the system is connected
    Given a plan on one machine
    And its consumer certificate is renewed
    When the user presses Execute
    Then the system connects again
    And the certificate that it connects with is the new one
