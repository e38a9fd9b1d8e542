/* What src/version.c of apk-tools needs of its own headers: a text with a length, and a few functions on it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
  long len;
  char *ptr;
} apk_blob_t;

#define APK_BLOB_PTR_LEN(start, length) ((apk_blob_t){.len = (length), .ptr = (start)})
#define APK_BLOB_STRLIT(text) ((apk_blob_t){.len = sizeof(text) - 1, .ptr = (char *)(text)})
#define APK_BLOB_STR(text) ((apk_blob_t){.len = (long)strlen(text), .ptr = (char *)(text)})
#define APK_BLOB_IS_NULL(blob) ((blob).ptr == NULL)

enum { APK_VERSION_EQUAL = 1, APK_VERSION_LESS = 2, APK_VERSION_GREATER = 4, APK_VERSION_FUZZY = 8, APK_VERSION_CONFLICT = 16 };
#define APK_DEPMASK_ANY (APK_VERSION_EQUAL | APK_VERSION_LESS | APK_VERSION_GREATER)
#define APK_DEPMASK_CHECKSUM (APK_VERSION_LESS | APK_VERSION_GREATER)

enum { APK_CTYPE_VERSION_SUFFIX, APK_CTYPE_HEXDIGIT };

uint64_t apk_blob_pull_uint(apk_blob_t *blob, int radix);
bool apk_blob_spn(apk_blob_t blob, unsigned char kind, apk_blob_t *head, apk_blob_t *tail);
int apk_blob_compare(apk_blob_t a, apk_blob_t b);
int apk_blob_sort(apk_blob_t a, apk_blob_t b);
int apk_blob_pull_blob_match(apk_blob_t *blob, apk_blob_t prefix);

int apk_version_validate(apk_blob_t version);
int apk_version_compare(apk_blob_t a, apk_blob_t b);
