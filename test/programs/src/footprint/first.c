int first_called(int value) {
    return value + 1;
}
