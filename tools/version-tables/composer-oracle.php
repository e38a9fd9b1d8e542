<?php
// Orders pairs of versions (`a<TAB>b`, one a line, from standard input) by Composer's own semver library. Branches (`dev-…`)
// have no order there, so they count as refused.
require '/usr/share/php/Composer/Semver/autoload.php';

use Composer\Semver\VersionParser;

if (($argv[1] ?? '') === '--version') {
    preg_match('/composer[- ]semver\D+([\d.]+)/i', (string) shell_exec('dpkg-query -W -f "composer semver \${Version}" php-composer-semver'), $found);
    echo 'composer/semver ' . ($found[1] ?? '?') . ' of Debian, PHP ' . PHP_VERSION . "\n";
    exit;
}
$parser = new VersionParser();
while (($line = fgets(STDIN)) !== false) {
    $normalised = [];
    foreach (explode("\t", rtrim($line, "\n")) as $text) {
        try {
            $normalised[] = $parser->normalize($text);
        } catch (UnexpectedValueException $e) {
            echo "!$text\n";
            continue 2;
        }
        if (strpos(end($normalised), 'dev-') === 0) {
            echo "!$text\n";
            continue 2;
        }
    }
    echo ['<', '=', '>'][version_compare($normalised[0], $normalised[1]) + 1] . "\n";
}
