@cases
Feature: Whoever gets messages goes on after those that nobody should send

  Scenario: A host says what cannot be read, and what is no status
    When Cloud Connector is sent these messages
      | topic       | message                                                                                                                                                                                        |
      | control/out | {"type":"connection-status",                                                                                                                                                                   |
      | control/out | {"type":"connection-status","message_id":"not one","response_to":"","version":1,"sent":"2026-11-23T18:08:32Z","content":{"state":"weary"}} |
    Then Cloud Connector still answers

  Scenario: An announce that cannot be read, an upload without events and an update of nothing
    When Playbook Dispatcher is sent these messages
      | place                                            | headers                | message       |
      | platform.upload.announce                         | {"service":"playbook"} | {"org_id":    |
      | application/vnd.redhat.playbook.v1+jsonl         | {}                     | no JSON       |
      | platform.playbook-dispatcher.runner-updates      | {}                     | {"events":[]} |
    Then Playbook Dispatcher still answers

  Scenario: A worker is dispatched what nobody signed, without a word of where it came from
    When rhc-worker-playbook is sent these messages
      | arguments                                                                                                    | message            |
      | ["rhc_worker_playbook","7a0c2b52-08f1-4c43-8f0e-5b7f6f0b7f21","",{}]                                         |                    |
      | ["nobody","50cefe4b-91ea-4bee-bcee-5cc9ff028b8d","",{"return_url":"http://127.0.0.1:1/"}]                    | - hosts: localhost |
    Then rhc-worker-playbook still answers
