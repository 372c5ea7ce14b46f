/* Nothing: an empty library with the name of a real one makes the program need the real one. */
    .section .note.GNU-stack, "", @progbits
