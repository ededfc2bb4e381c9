@cases
Feature: Cloud Connector when it is dealt with as nobody else does

  Scenario Outline: A request that the flow does not make
    When Cloud Connector is asked for "<case>"
    Then it answers as it must
    And clause <clause> holds

    Examples:
      | case                                                   | clause |
      | a message without credentials                          | CON-10 |
      | a message by a caller without an org                   | CON-11 |
      | a message with a wrong key                             | CON-10 |
      | a message with a good key and an identity that is none | CON-12 |
      | a message with a good key and an identity that is none | CON-13 |
      | a message to an unknown host                           | CON-03 |
      | a message to another org's host                        | CON-04 |
      | a message without a directive                          | CON-06 |
      | a message with a blank directive                       | CON-06 |
      | a message that is no JSON                              | CON-08 |
      | a message that is no JSON                              | CON-09 |
      | a message with something after it                      | CON-08 |
      | the status of an unknown host                          | CON-15 |
      | the status of a connected host                         | CON-14 |
      | the connections of an org                              | CON-16 |
      | the connections of an org that has none                | CON-16 |
      | the connections of an org that has none                | CON-17 |
      | connections, a negative number of them                 | CON-16 |
      | connections from no number on                          | CON-16 |
      | a v1 message for another account                       | CON-18 |
      | a v1 message to an unknown host                        | CON-03 |
      | a v1 message by a caller without an account            | CON-11 |
      | a host's v1 status for another account                 | CON-18 |
      | v1 connections asked for by a user                     | CON-19 |
      | an account's v1 connections asked for by a user        | CON-19 |
      | a v1 ping asked for by a user                          | CON-19 |
      | a v1 status of an unknown host                         | CON-15 |
      | a v1 ping of an unknown host                           | CON-20 |
      | a v1 reconnect of an unknown host                      | CON-20 |
      | a v1 disconnect of an unknown host                     | CON-20 |
      | a v1 reconnect without delay                           | CON-21 |
      | the status of a host that told the same status twice   | CON-36 |
