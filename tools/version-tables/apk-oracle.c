/* Orders pairs of versions (`a<TAB>b`, one a line, from standard input) by src/version.c of apk-tools; see apk-oracle.sh. */
#include "apk-blob.h"
#include <stdio.h>

uint64_t apk_blob_pull_uint(apk_blob_t *blob, int radix) {
  uint64_t value = 0;
  for (; blob->len > 0 && *blob->ptr >= '0' && *blob->ptr <= '9'; blob->ptr++, blob->len--)
    value = value * (uint64_t)radix + (uint64_t)(*blob->ptr - '0');
  return value;
}

static bool is_of(unsigned char kind, char c) {
  if (kind == APK_CTYPE_VERSION_SUFFIX) return c >= 'a' && c <= 'z';
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool apk_blob_spn(apk_blob_t blob, unsigned char kind, apk_blob_t *head, apk_blob_t *tail) {
  long count = 0;
  while (count < blob.len && is_of(kind, blob.ptr[count])) count++;
  *head = APK_BLOB_PTR_LEN(blob.ptr, count);
  *tail = APK_BLOB_PTR_LEN(blob.ptr + count, blob.len - count);
  return count > 0;
}

int apk_blob_sort(apk_blob_t a, apk_blob_t b) {
  int order = memcmp(a.ptr, b.ptr, (size_t)(a.len < b.len ? a.len : b.len));
  if (order != 0) return order;
  return a.len < b.len ? -1 : a.len > b.len;
}

int apk_blob_compare(apk_blob_t a, apk_blob_t b) { return a.len != b.len || memcmp(a.ptr, b.ptr, (size_t)a.len) != 0; }

int apk_blob_pull_blob_match(apk_blob_t *blob, apk_blob_t prefix) {
  if (blob->len < prefix.len || memcmp(blob->ptr, prefix.ptr, (size_t)prefix.len) != 0) return 0;
  blob->ptr += prefix.len;
  blob->len -= prefix.len;
  return 1;
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "--version") == 0) {
    puts(LABEL ", src/version.c compiled");
    return 0;
  }
  char line[8192];
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = 0;
    char *tab = strchr(line, '\t');
    if (tab == NULL) return 1;
    *tab = 0;
    apk_blob_t a = APK_BLOB_STR(line), b = APK_BLOB_STR(tab + 1);
    if (!apk_version_validate(a)) printf("!%s\n", line);
    else if (!apk_version_validate(b)) printf("!%s\n", tab + 1);
    else {
      int order = apk_version_compare(a, b);
      puts(order == APK_VERSION_LESS ? "<" : order == APK_VERSION_GREATER ? ">" : "=");
    }
  }
  return 0;
}
