@cases
Feature: S3 when it is dealt with as nobody else does

  Scenario Outline: A request that only a contract is about
    When S3 is asked for "<case>"
    Then it answers as it must

    Examples:
      | case                                                |
      | the buckets                                         |
      | the buckets, with a wrong key                       |
      | a new bucket                                        |
      | a new bucket, with a wrong key                      |
      | a bucket that there is already                      |
      | whether there is the bucket                         |
      | whether there is the bucket, with a wrong key       |
      | whether there is a bucket that nobody made          |
      | where the bucket is                                 |
      | where the bucket is, with a wrong key               |
      | where a bucket is that nobody made                  |
      | an object with an authorization that cannot be read |
      | an object with a wrong key                          |
      | an object for a bucket that nobody made             |
      | an object by a URL that another key signed          |
      | an object that is not there                         |
