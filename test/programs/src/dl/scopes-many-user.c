/* One of many that need the same library. */
void *find(const char *name);
void *find_for(const char *name);
void *find_for(const char *name) {
    return find(name);
}
#ifdef LAST
int only_in_last = 1;
#endif
