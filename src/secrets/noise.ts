/**
 * Files that are not searched for secrets, by their path: what cannot hold text, what holds digests in the form of secrets, and
 * what others wrote and publish: documentation, and the tests of installed packages, whose keys are made for them.
 */

/** Bytes of the largest file that is searched. */
export const SEARCHED_BYTES_MAX = 32 * 1024 ** 2;
/** Bytes of the smallest: no rule matches less. */
export const SEARCHED_BYTES_MIN = 8;

/** Whether the file at this path is to be searched. Asked of every path: cheap. */
export function isSearched(path: string): boolean {
  const slash = path.lastIndexOf("/");
  const dot = path.lastIndexOf(".");
  if (dot > slash && OTHER_EXTENSIONS.has(path.slice(dot + 1).toLowerCase())) return false;
  if (LOCK_FILES.has(path.slice(slash + 1))) return false;
  return !isPublished(path);
}

/**
 * Whether the name tells that a file holds no text, where it is too large to be looked at: libraries with a version behind their
 * ending, and the classes of a Java runtime, of which every such image has one.
 */
export function isProgramByName(path: string): boolean {
  return LIBRARY.test(path) || path.endsWith("/lib/modules");
}

const LIBRARY = /\.so(?:\.\d+)*$/;

/** Written by others and published: nobody's secret. */
function isPublished(path: string): boolean {
  for (const start of PUBLISHED_FOLDERS) if (path.startsWith(start)) return true;
  for (const folder of PACKAGE_FOLDERS) {
    const at = path.indexOf(folder);
    // Only below the folder of packages: an application's own tests are searched.
    if (at >= 0 && (folder === "share/doc/" || TEST_FOLDER.test(path.slice(at + folder.length - 1))))
      return true;
  }
  return false;
}

const PUBLISHED_FOLDERS: readonly string[] = [
  "usr/share/doc/",
  "usr/share/man/",
  "usr/share/info/",
  "usr/share/locale/",
  "usr/share/i18n/",
  "usr/share/zoneinfo/",
  "usr/share/perl/",
  "usr/share/mime/",
  "usr/share/icons/",
  "usr/share/fonts/",
  "usr/share/ca-certificates/",
  "etc/ssl/certs/",
  "etc/ca-certificates/",
  "etc/pki/ca-trust/",
  "var/lib/dpkg/info/",
  "var/lib/apt/lists/",
  "usr/include/",
  "usr/local/go/src/",
  "usr/lib/go/src/",
  "usr/share/vim/",
  "usr/share/nmap/",
  "etc/chromium.d/",
  // Its programs carry Google's own public keys of their own programming interfaces.
  "usr/lib/google-cloud-sdk/",
  "google-cloud-sdk/",
  "opt/google-cloud-sdk/",
];

const PACKAGE_FOLDERS: readonly string[] = [
  "node_modules/",
  "site-packages/",
  "dist-packages/",
  "/gems/",
  "pkg/mod/",
  "lib/python",
  "lib/ruby/",
  "usr/local/go/",
  "usr/lib/go",
  ".cargo/registry/",
  "vendor/",
  "usr/share/",
  "share/doc/",
  "usr/lib/node",
];

const TEST_FOLDER =
  /\/(?:tests?|testing|__tests__|testdata|testsuite|test-data|test_data|fixtures?|specs?|examples?|samples?|docs?|documentation|demo|benchmarks?|cassettes|idle_test|_pytest|dummyserver|moto_proxy)\/|(?:^|\/)(?:README|CHANGELOG|CHANGES|HISTORY|NEWS)[^/]*$|_test(?:_data)?\.go(?:\.tmpl)?$|(?:^|\/)test_[^/]*\.py$|[._](?:test|spec)\.[cm]?[jt]sx?$|\.(?:md|mdx|rst|d\.ts|d\.mts|d\.cts)$/i;

const LOCK_FILES: ReadonlySet<string> = new Set([
  "package-lock.json",
  "npm-shrinkwrap.json",
  ".package-lock.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "bun.lock",
  "deno.lock",
  "poetry.lock",
  "Pipfile.lock",
  "pdm.lock",
  "uv.lock",
  "Cargo.lock",
  "go.sum",
  "composer.lock",
  "Gemfile.lock",
  "mix.lock",
  "pubspec.lock",
  "packages.lock.json",
  "Podfile.lock",
  "gradle.lockfile",
  "verification-metadata.xml",
  "RECORD",
  "METADATA",
  "PKG-INFO",
  "SHA256SUMS",
  "locale-archive",
  "Packages",
  "md5sums",
]);

const OTHER_EXTENSIONS: ReadonlySet<string> = new Set(
  (
    "png jpg jpeg gif bmp ico webp avif tif tiff svgz psd heic mp3 mp4 m4a ogg oga ogv wav flac avi mov mkv webm " +
    "woff woff2 ttf otf eot pfb afm zip gz tgz bz2 xz zst lz4 lzma 7z rar tar jar war ear whl egg gem deb rpm apk nupkg crate " +
    "so a o ko dll exe dylib lib pdb class pyc pyo pyd node wasm beam mo gmo po pot db sqlite sqlite3 pdf ps eps dvi " +
    "npy npz pkl pt pth safetensors onnx gguf parquet arrow h5 tflite dat bin img iso cab msi hi dyn_hi cmi cmx cmxa"
  ).split(" "),
);
