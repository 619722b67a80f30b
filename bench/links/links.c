/* How long the kernel needs to link the files of a tree into another place: the floor of an installation from a filled cache.
 *
 *     gcc -O2 -pthread -o links links.c
 *     links SOURCE TARGET [THREADS]
 *
 * TARGET must not exist and lie on the same file system. The tree is read before the clock starts; directories are made first, then
 * THREADS (1) share the files. Prints the number of files and the milliseconds. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char **files, **folders;
static size_t file_count, folder_count, prefix;
static const char *target;

static char *moved(const char *path)
{
    char *result;
    if (asprintf(&result, "%s%s", target, path + prefix) < 0)
        exit(2);
    return result;
}

static void append(char ***list, size_t *count, const char *path)
{
    if ((*count & (*count + 1)) == 0)
        *list = realloc(*list, (*count * 2 + 2) * sizeof **list);
    (*list)[(*count)++] = strdup(path);
}

static int visit(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status, (void)where;
    if (kind == FTW_D)
        append(&folders, &folder_count, path);
    else if (kind == FTW_F)
        append(&files, &file_count, path);
    return 0;
}

struct part {
    pthread_t thread;
    size_t from, to;
};

static void *link_part(void *argument)
{
    struct part *part = argument;
    for (size_t i = part->from; i < part->to; i++) {
        char *to = moved(files[i]);
        if (linkat(AT_FDCWD, files[i], AT_FDCWD, to, 0) != 0) {
            perror(to);
            exit(1);
        }
        free(to);
    }
    return NULL;
}

int main(int count, char **words)
{
    if (count < 3) {
        fprintf(stderr, "usage: links SOURCE TARGET [THREADS]\n");
        return 2;
    }
    prefix = strlen(words[1]);
    target = words[2];
    int threads = count > 3 ? atoi(words[3]) : 1;
    if (threads < 1 || threads > 64 || nftw(words[1], visit, 64, FTW_PHYS) != 0) {
        perror(words[1]);
        return 2;
    }
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (size_t i = 0; i < folder_count; i++) {
        char *folder = moved(folders[i]);
        if (mkdir(folder, 0777) != 0) {
            perror(folder);
            return 1;
        }
        free(folder);
    }
    struct part parts[64];
    for (int i = 0; i < threads; i++) {
        parts[i].from = file_count * i / threads;
        parts[i].to = file_count * (i + 1) / threads;
        if (pthread_create(&parts[i].thread, NULL, link_part, &parts[i]) != 0)
            return 2;
    }
    for (int i = 0; i < threads; i++)
        pthread_join(parts[i].thread, NULL);
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%zu files in %zu directories: %.1f ms with %d threads\n", file_count, folder_count,
           (end.tv_sec - start.tv_sec) * 1e3 + (end.tv_nsec - start.tv_nsec) / 1e6, threads);
    return 0;
}
