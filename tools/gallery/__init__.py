"""Every chart with data to draw it from: what the gallery shows, and what the tests of the edges try."""
