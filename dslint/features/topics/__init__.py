"""What texts are about: vectors of their words, clusters of vectors, and names of clusters."""
