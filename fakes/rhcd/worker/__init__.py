"""The playbook worker that rhcd starts.

It does what the stand-in of its successor does, over another wire: it runs ansible-runner as a program, too, where the
kit's gate is, and not as the library that 0.1 has it as.
"""

DIRECTIVE = "rhc-worker-playbook"
