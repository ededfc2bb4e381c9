@main
Feature: The playbook ends with an insights collection
  ansible-runner calls insights-client, which uploads a real archive over TLS.

  @arrow-22 @arrow-23
  Scenario: The collection is uploaded during the run
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then ansible-runner sends "run insights collection" to insights-client
    And insights-client sends "insights-client tarball" to Ingress

  @H-069 @H-071
  Scenario: The archive says which system it is of
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then clause H-069 holds
    And clause H-071 holds
