@cases
Feature: Cloud Connector when it is dealt with as nobody else does

  Scenario Outline: A request that the flow does not make
    When Cloud Connector is asked for "<case>"
    Then it answers as it must
    And clause <clause> holds

    Examples:
      | case                                                           | clause |
      | a message without credentials                                  | CON-10 |
      | a message by a caller without an org                           | CON-11 |
      | a message with a wrong key                                     | CON-10 |
      | a message with an identity that is none                        | CON-13 |
      | a message with a good key and an identity that is none         | CON-12 |
      | a message to an unknown host                                   | CON-03 |
      | a message to another org's host                                | CON-04 |
      | a message without a directive                                  | CON-06 |
      | a message with a blank directive                               | CON-06 |
      | a message with a directive of spaces                           | CON-06 |
      | a message that is too large                                    | CON-08 |
      | a message that is no JSON                                      | CON-08 |
      | a message that is no JSON                                      | CON-09 |
      | a message with something after it                              | CON-08 |
      | the status of an unknown host                                  | CON-15 |
      | the status of a connected host                                 | CON-14 |
      | the connections of an org                                      | CON-16 |
      | the connections of an org that has none                        | CON-16 |
      | the connections of an org that has none                        | CON-17 |
      | the first page of connections                                  | CON-16 |
      | the links of the first page of connections                     | CON-17 |
      | connections, a negative number of them                         | CON-16 |
      | connections from no number on                                  | CON-16 |
      | a v1 message for another account                               | CON-18 |
      | a v1 message to an unknown host                                | CON-03 |
      | a v1 message by a caller without an account                    | CON-11 |
      | a host's v1 status for another account                         | CON-18 |
      | v1 connections asked for by a user                             | CON-19 |
      | an account's v1 connections asked for by a user                | CON-19 |
      | a v1 ping asked for by a user                                  | CON-19 |
      | a v1 status of an unknown host                                 | CON-15 |
      | a v1 ping of an unknown host                                   | CON-20 |
      | a v1 reconnect of an unknown host                              | CON-20 |
      | a v1 disconnect of an unknown host                             | CON-20 |
      | a v1 reconnect without delay                                   | CON-21 |
      | a message to a connected host                                  | CON-01 |
      | a message without payload and metadata                         | CON-07 |
      | a message with members that nobody knows                       | CON-07 |
      | a v1 message to a connected host                               | CON-01 |
      | a message that the broker does not acknowledge                 | CON-22 |
      | the status of a Satellite's host, for another org              | CON-05 |
      | a message of another org to a Satellite's host                 | CON-05 |
      | the status of a Satellite's host, for another org and strictly | CON-05 |
      | a v1 status of a Satellite's host, for another account         | CON-05 |
      | the status of a host that came online                          | CON-34 |
      | the status of a host that said goodbye                         | CON-35 |
      | the status of a host that broke off                            | CON-35 |
      | the status of a host that came while the connector was away    | CON-30 |
      | the status of a host that published nothing                    | CON-31 |
      | the status of a host that only foreign topics tell of          | CON-32 |
      | the status of a host that told the same status twice           | CON-36 |
      | the status of a host whose older status came later             | CON-37 |
      | the status of a host with two statuses of one time             | CON-37 |
      | the dispatchers of a host that changed                         | CON-38 |
      | the tags of a host that changed                                | CON-38 |
      | the facts of a host that changed                               | CON-39 |
      | the status of a host whose goodbye is old                      | CON-40 |
      | the facts of a host whose insights_id is no UUID               | CON-41 |
      | the status of a host that told nothing of itself               | CON-42 |
      | the status of a host that is not understood                    | CON-43 |
      | the status of a host that is understood again                  | CON-43 |
      | the status of a host whose status had wrong types before       | CON-44 |
      | the status of a host without a tenant                          | CON-45 |
      | a v1 message without a directive                               | CON-06 |
      | a host's v1 status without credentials                         | CON-10 |
      | a v1 status without credentials                                | CON-10 |
      | a v1 reconnect without credentials                             | CON-10 |
      | a v1 disconnect without credentials                            | CON-10 |
      | a host's status with an identity that is none                  | CON-13 |
      | a host's status without credentials                            | CON-10 |
      | connections without credentials                                | CON-10 |

  Scenario Outline: A request that only a contract is about
    When Cloud Connector is asked for "<case>"
    Then it answers as it must

    Examples:
      | case                                             |
      | a host's v1 status for its own account           |
      | a host's v1 status without the host              |
      | all v1 connections                               |
      | all v1 connections from before the first         |
      | an account's v1 connections                      |
      | the v1 connections of an account that nobody has |
      | a v1 status without the account                  |
      | a v1 ping without the host                       |
      | a v1 ping of a connected host                    |
      | a v1 reconnect of a connected host               |
      | a v1 disconnect of a connected host              |
      | the v1 connections of what is no account number  |

  Scenario Outline: Something that the flow does not bring about
    When Cloud Connector is faced with "<case>"
    Then clause <clause> holds

    Examples:
      | case                               | clause |
      | a host is told to come again later | CON-28 |
