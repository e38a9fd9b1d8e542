/* Orders pairs of versions (a<TAB>b, one a line, from standard input) by Maven's own ComparableVersion:
       java -cp maven-artifact-3.9.9.jar tools/version-tables/MavenOracle.java
   The jar is org.apache.maven:maven-artifact of Maven Central. */
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.apache.maven.artifact.versioning.ComparableVersion;

public class MavenOracle {
  public static void main(String[] args) throws Exception {
    if (args.length == 1) {
      String jar = ComparableVersion.class.getProtectionDomain().getCodeSource().getLocation().getPath();
      System.out.println("ComparableVersion of " + jar.substring(jar.lastIndexOf('/') + 1));
      return;
    }
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    StringBuilder output = new StringBuilder();
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] pair = line.split("\t", -1);
      // Maven orders the empty text too, but no package has it for a version.
      if (pair[0].isEmpty() || pair[1].isEmpty()) {
        output.append("!\n");
        continue;
      }
      int order = new ComparableVersion(pair[0]).compareTo(new ComparableVersion(pair[1]));
      output.append(order < 0 ? "<" : order > 0 ? ">" : "=").append('\n');
    }
    System.out.print(output);
  }
}
