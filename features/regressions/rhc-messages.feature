@cases
Feature: rhc after messages that nobody should send

  Scenario: A text that no bus lets pass
    When rhc is sent these messages
      | topic   | message                                                                                                                                                                                                 |
      | data/in | {"type":"data","message_id":"7a0c2b52-08f1-4c43-8f0e-5b7f6f0b7f21","response_to":"","version":1,"sent":"2026-11-23T18:08:32Z","directive":"hopcheck-guest","metadata":{"note":"\\u0000"},"content":"x"} |
    Then rhc still answers

  Scenario: The same message twice
    When rhc is sent these messages
      | topic   | message                                                                                                                                                                                 |
      | data/in | {"type":"data","message_id":"50cefe4b-91ea-4bee-bcee-5cc9ff028b8d","response_to":"","version":1,"sent":"2026-11-23T18:08:32Z","directive":"hopcheck-guest","metadata":{},"content":"x"} |
      | data/in | {"type":"data","message_id":"50cefe4b-91ea-4bee-bcee-5cc9ff028b8d","response_to":"","version":1,"sent":"2026-11-23T18:08:32Z","directive":"hopcheck-guest","metadata":{},"content":"x"} |
    Then rhc still answers
