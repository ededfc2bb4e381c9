@cases
Feature: rhc when it is dealt with as nobody else does

  Scenario Outline: Something that the flow does not bring about
    When rhc is faced with "<case>"
    Then clause <clause> holds

    Examples:
      | case                                              | clause |
      | a ping                                            | H-018  |
      | a command to disconnect                           | H-019  |
      | a command to reconnect in a second                | H-020  |
      | a command to reconnect that tells no time         | H-021  |
      | a command to cancel                               | H-022  |
      | commands to cancel that lack a part               | H-023  |
      | control messages that nobody understands          | H-024  |
      | a data message with a number in its metadata      | H-025  |
      | a data message for a worker that is not there     | H-027  |
      | data messages for a worker without remote content | H-033  |
      | a worker without remote content that transmits    | H-038  |
      | a stranger who transmits                          | H-036  |
      | another host for content                          | H-030  |
      | another host for what is transmitted              | H-030  |
      | a playbook that is not there                      | H-031  |
      | new facts                                         | H-015  |
      | a client id that is kept                          | H-007  |
      | a host with tags                                  | H-016  |
      | a start without a broker                          | H-009  |
      | a start with a broker that speaks TLS 1.2 only    | H-008  |

  Scenario Outline: Something that only contracts are about
    When rhc is faced with "<case>"
    Then whatever comes of it keeps its contract

    Examples:
      | case                           |
      | all that its bus may ask of it |
