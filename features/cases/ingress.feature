@cases
Feature: Ingress when it is dealt with as nobody else does

  Scenario Outline: A request that the flow does not make
    When Ingress is asked for "<case>"
    Then it answers as it must
    And clause <clause> holds

    Examples:
      | case                                                          | clause |
      | whether Ingress lives, below its own path without an identity | ING-02 |
      | an upload without an identity                                 | ING-02 |
      | an upload with an identity that is none                       | ING-02 |
      | an upload under another name                                  | ING-03 |
      | an upload of an unknown type                                  | ING-04 |
      | an upload for an unlisted service                             | ING-04 |
      | a test by form                                                | ING-14 |
      | a test below the other path                                   | ING-01 |
      | a test below the other path                                   | ING-14 |
      | an upload of a value that is no file                          | ING-03 |
      | an upload in the part upload                                  | ING-03 |
      | an upload in both parts                                       | ING-03 |
      | an upload below the other path                                | ING-01 |
      | an upload of an old client                                    | ING-07 |
      | an upload of an old type by half                              | ING-04 |
      | an upload for the advisor without metadata                    | ING-07 |
      | an upload as large as its service allows                      | ING-06 |
      | an upload that is too large for its service                   | ING-06 |
      | an upload of an org without an account                        | ING-08 |
      | an upload without content                                     | ING-07 |
      | an upload with metadata and a key                             | ING-12 |
      | an upload with metadata that cannot be read                   | ING-13 |
      | an upload of an empty archive                                 | ING-15 |
      | an upload of an org that is listed                            | ING-19 |
      | a test of an org that is listed                               | ING-14 |
      | an upload while storage is away                               | ING-17 |
      | an upload while Kafka is away                                 | ING-18 |

  Scenario Outline: A request that only a contract is about
    When Ingress is asked for "<case>"
    Then it answers as it must

    Examples:
      | case                                      |
      | the version of Ingress                    |
      | whether Ingress lives                     |
      | whether Ingress lives, below its own path |
