int used(int value) {
    return value + 1;
}
