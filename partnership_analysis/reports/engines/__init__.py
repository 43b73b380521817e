"""A kernel forked from a process that has imported everything: no start-up, the same outputs.

``server`` is that process: started once, with the environment that a report needs, it forks what it is asked
for. ``forks`` is its handle in the process that asks. ``kernel`` is what runs in a fork: ipykernel's own kernel,
with a socket in place of its network; ``client`` is what nbclient talks to, so that papermill, the outputs and
the errors are the ordinary engine's. ``work`` runs a function in a fork, and ``pool`` many of them at once.
``lab`` gives JupyterLab such kernels, whose network is their own (``network``).
Nothing heavy is imported here.
"""
