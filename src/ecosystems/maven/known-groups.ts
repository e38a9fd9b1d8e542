/**
 * Groups of widely used jars that are built without Maven and so do not carry their coordinates. A row counts only where the
 * jar holds classes of that project's own Java package, so that a file of the same name does not borrow the group.
 */

export interface KnownGroup {
  /** Artifact as in a repository, or what it starts with when it ends with `*`. */
  readonly artifact: string;
  /** Folder of classes that the jar must hold. */
  readonly root: string;
  readonly group: string;
  /** Major versions that the row is about, where a project changed its group: from, and up to but not including. */
  readonly majors?: readonly [number, number];
  /** Where file names leave the version out (`catalina.jar` of Tomcat): the artifact that the file is. */
  readonly realArtifact?: string;
}

/** The row for an artifact, the most specific first; `holds` says whether the jar has members below a folder. */
export function findKnownGroup(
  artifact: string,
  version: string,
  holds: (folder: string) => boolean,
): KnownGroup | null {
  const major = Number.parseInt(version, 10);
  const fitting = rows.filter(
    (row) =>
      fits(row.artifact, artifact) &&
      (row.majors === undefined || (major >= row.majors[0] && major < row.majors[1])),
  );
  fitting.sort((a, b) => b.artifact.length - a.artifact.length || b.root.length - a.root.length);
  return fitting.find((row) => holds(row.root)) ?? null;
}

function fits(pattern: string, artifact: string): boolean {
  return pattern.endsWith("*") ? artifact.startsWith(pattern.slice(0, -1)) : pattern === artifact;
}

const ALL = Number.POSITIVE_INFINITY;

/** Group, root, artifacts, majors. Facts of Maven Central. */
const table: readonly (readonly [string, string, string, (readonly [number, number])?])[] = [
  [
    "org.springframework",
    "org/springframework/",
    "spring-aop spring-aspects spring-beans spring-context spring-context-indexer spring-context-support spring-core spring-expression spring-instrument spring-jcl spring-jdbc spring-jms spring-messaging spring-orm spring-oxm spring-r2dbc spring-test spring-tx spring-web spring-webflux spring-webmvc spring-websocket",
  ],
  ["org.springframework", "org/apache/commons/logging/", "spring-jcl"],
  ["org.springframework.boot", "org/springframework/boot/", "spring-boot spring-boot-*"],
  ["org.springframework.security", "org/springframework/security/", "spring-security-*"],
  ["org.springframework.integration", "org/springframework/integration/", "spring-integration-*"],
  ["org.springframework.batch", "org/springframework/batch/", "spring-batch-*"],
  ["org.springframework.amqp", "org/springframework/amqp/", "spring-amqp spring-rabbit spring-rabbit-*"],
  ["org.springframework.kafka", "org/springframework/kafka/", "spring-kafka spring-kafka-*"],
  ["org.springframework.session", "org/springframework/session/", "spring-session-*"],
  ["org.springframework.hateoas", "org/springframework/hateoas/", "spring-hateoas"],
  ["org.springframework.retry", "org/springframework/retry/", "spring-retry"],
  ["org.springframework.ws", "org/springframework/ws/", "spring-ws-* spring-xml"],
  ["org.springframework.ldap", "org/springframework/ldap/", "spring-ldap-*"],
  ["org.springframework.restdocs", "org/springframework/restdocs/", "spring-restdocs-*"],
  ["org.springframework.graphql", "org/springframework/graphql/", "spring-graphql"],
  [
    "org.thymeleaf",
    "org/thymeleaf/",
    "thymeleaf thymeleaf-spring3 thymeleaf-spring4 thymeleaf-spring5 thymeleaf-spring6 thymeleaf-testing",
  ],
  ["org.thymeleaf.extras", "org/thymeleaf/extras/", "thymeleaf-extras-*"],
  ["io.micrometer", "io/micrometer/", "micrometer-*"],
  ["io.projectreactor", "reactor/", "reactor-core reactor-test reactor-tools"],
  ["io.projectreactor.netty", "reactor/netty/", "reactor-netty reactor-netty-*"],
  ["io.projectreactor.kafka", "reactor/kafka/", "reactor-kafka"],
  ["org.apache.kafka", "org/apache/kafka/", "kafka-* connect-* trogdor"],
  ["org.apache.kafka", "kafka/", "kafka_*"],
  ["org.elasticsearch", "org/elasticsearch/", "elasticsearch elasticsearch-*"],
  [
    "org.elasticsearch.client",
    "org/elasticsearch/client/",
    "elasticsearch-rest-client elasticsearch-rest-client-sniffer elasticsearch-rest-high-level-client",
  ],
  [
    "org.elasticsearch.plugin",
    "org/elasticsearch/",
    "parent-join-client aggs-matrix-stats-client mapper-extras-client rank-eval-client lang-mustache-client reindex-client percolator-client",
  ],
  ["co.elastic.clients", "co/elastic/clients/", "elasticsearch-java"],
  ["org.opensearch", "org/opensearch/", "opensearch opensearch-*"],
  ["org.apache.lucene", "org/apache/lucene/", "lucene-*"],
  ["org.apache.solr", "org/apache/solr/", "solr-*"],
  ["org.codehaus.groovy", "org/codehaus/groovy/", "groovy groovy-*", [0, 4]],
  ["org.codehaus.groovy", "groovy/", "groovy-*", [0, 4]],
  ["org.apache.groovy", "org/codehaus/groovy/", "groovy groovy-*", [4, ALL]],
  ["org.apache.groovy", "groovy/", "groovy-*", [4, ALL]],
  ["org.jetbrains.kotlin", "kotlin/", "kotlin-stdlib kotlin-stdlib-* kotlin-reflect"],
  ["org.jetbrains.kotlinx", "kotlinx/coroutines/", "kotlinx-coroutines-*"],
  ["org.jetbrains.kotlinx", "kotlinx/serialization/", "kotlinx-serialization-*"],
  ["org.jetbrains", "org/jetbrains/annotations/", "annotations"],
  ["org.scala-lang", "scala/", "scala-library scala-reflect scala-compiler"],
  [
    "org.scala-lang.modules",
    "scala/",
    "scala-xml_* scala-java8-compat_* scala-parser-combinators_* scala-collection-compat_*",
  ],
  ["com.typesafe.akka", "akka/", "akka-*"],
  ["com.typesafe.play", "play/", "play_* play-*"],
  ["com.typesafe", "com/typesafe/config/", "config"],
  ["com.squareup.okhttp3", "okhttp3/", "okhttp okhttp-* logging-interceptor mockwebserver"],
  ["com.squareup.okhttp", "com/squareup/okhttp/", "okhttp okhttp-*"],
  ["com.squareup.okio", "okio/", "okio okio-*"],
  ["com.squareup.retrofit2", "retrofit2/", "retrofit converter-* adapter-*"],
  ["com.squareup.moshi", "com/squareup/moshi/", "moshi moshi-*"],
  ["io.reactivex", "rx/", "rxjava"],
  ["io.reactivex.rxjava2", "io/reactivex/", "rxjava"],
  ["io.reactivex.rxjava3", "io/reactivex/rxjava3/", "rxjava"],
  ["org.reactivestreams", "org/reactivestreams/", "reactive-streams"],
  ["io.grpc", "io/grpc/", "grpc-*"],
  ["io.perfmark", "io/perfmark/", "perfmark-api"],
  ["com.google.protobuf", "com/google/protobuf/", "protobuf-java protobuf-java-util protobuf-javalite"],
  ["io.opentelemetry", "io/opentelemetry/", "opentelemetry-*"],
  [
    "io.opentelemetry.instrumentation",
    "io/opentelemetry/instrumentation/",
    "opentelemetry-instrumentation-*",
  ],
  ["io.opentelemetry.semconv", "io/opentelemetry/semconv/", "opentelemetry-semconv"],
  ["io.opentelemetry.javaagent", "io/opentelemetry/javaagent/", "opentelemetry-javaagent"],
  ["io.opencensus", "io/opencensus/", "opencensus-*"],
  ["com.github.ben-manes.caffeine", "com/github/benmanes/caffeine/", "caffeine"],
  [
    "org.bouncycastle",
    "org/bouncycastle/",
    "bcprov-* bcpkix-* bcutil-* bcpg-* bctls-* bcmail-* bcjmail-* bcprov-ext-*",
  ],
  ["org.postgresql", "org/postgresql/", "postgresql"],
  ["mysql", "com/mysql/", "mysql-connector-java"],
  ["com.mysql", "com/mysql/cj/", "mysql-connector-j"],
  ["com.h2database", "org/h2/", "h2"],
  ["org.hsqldb", "org/hsqldb/", "hsqldb"],
  ["org.apache.derby", "org/apache/derby/", "derby derby*"],
  [
    "org.hibernate",
    "org/hibernate/",
    "hibernate-core hibernate-envers hibernate-entitymanager hibernate-ehcache hibernate-c3p0 hibernate-jcache hibernate-hikaricp",
    [0, 6],
  ],
  [
    "org.hibernate.orm",
    "org/hibernate/",
    "hibernate-core hibernate-envers hibernate-c3p0 hibernate-jcache hibernate-hikaricp hibernate-spatial",
    [6, ALL],
  ],
  ["org.checkerframework", "org/checkerframework/", "checker-compat-qual"],
  ["org.hamcrest", "org/hamcrest/", "hamcrest hamcrest-core hamcrest-library hamcrest-all"],
  ["com.google.code.findbugs", "javax/annotation/", "jsr305"],
  ["javax.annotation", "javax/annotation/", "jsr250-api"],
  ["commons-logging", "org/apache/commons/logging/", "commons-logging-api"],
  ["org.eclipse.sisu", "org/eclipse/sisu/", "org.eclipse.sisu.inject org.eclipse.sisu.plexus"],
  ["org.sonatype.sisu", "com/google/inject/", "sisu-guice"],
  ["org.tomlj", "org/tomlj/", "tomlj"],
  ["org.tukaani", "org/tukaani/xz/", "xz"],
  ["org.apache.velocity", "org/apache/velocity/tools/", "velocity-tools"],
  ["org.hibernate.common", "org/hibernate/annotations/common/", "hibernate-commons-annotations"],
  ["org.ow2.asm", "org/objectweb/asm/", "asm asm-commons asm-tree asm-util asm-analysis asm-xml", [4, ALL]],
  ["asm", "org/objectweb/asm/", "asm asm-all asm-commons asm-tree asm-util asm-analysis asm-xml", [0, 4]],
  ["cglib", "net/sf/cglib/", "cglib cglib-nodep"],
  ["net.java.dev.jna", "com/sun/jna/", "jna jna-platform"],
  ["org.mockito", "org/mockito/", "mockito-*"],
  ["org.junit.jupiter", "org/junit/jupiter/", "junit-jupiter-*"],
  ["org.junit.platform", "org/junit/platform/", "junit-platform-*"],
  ["org.aspectj", "org/aspectj/", "aspectjweaver aspectjrt aspectjtools"],
  ["org.dom4j", "org/dom4j/", "dom4j", [2, ALL]],
  ["dom4j", "org/dom4j/", "dom4j", [0, 2]],
  ["org.jdom", "org/jdom2/", "jdom2"],
  ["org.jdom", "org/jdom/", "jdom"],
  ["xerces", "org/apache/xerces/", "xercesImpl"],
  ["xalan", "org/apache/xalan/", "xalan"],
  ["xalan", "org/apache/xml/serializer/", "serializer"],
  ["xml-apis", "org/w3c/dom/", "xml-apis xml-apis-ext"],
  ["org.apache.ant", "org/apache/tools/ant/", "ant ant-*"],
  ["org.apache.velocity", "org/apache/velocity/", "velocity velocity-engine-core"],
  ["org.freemarker", "freemarker/", "freemarker"],
  ["org.apache.poi", "org/apache/poi/", "poi poi-*"],
  ["org.apache.xmlbeans", "org/apache/xmlbeans/", "xmlbeans"],
  ["org.apache.xmlgraphics", "org/apache/batik/", "batik-*"],
  ["org.apache.tomcat.embed", "org/apache/", "tomcat-embed-*"],
  ["org.apache.beam", "org/apache/beam/", "beam-*"],
  ["org.apache.geode", "org/apache/geode/", "geode-*"],
  ["org.apache.iceberg", "org/apache/iceberg/", "iceberg-*"],
  ["com.netflix.eureka", "com/netflix/", "eureka-client eureka-core"],
  ["com.netflix.ribbon", "com/netflix/", "ribbon ribbon-*"],
  ["com.netflix.hystrix", "com/netflix/hystrix/", "hystrix-*"],
  ["com.netflix.archaius", "com/netflix/", "archaius-core"],
  ["com.netflix.zuul", "com/netflix/zuul/", "zuul-core"],
  ["com.graphql-java", "graphql/", "graphql-java"],
  ["net.bytebuddy", "net/bytebuddy/", "byte-buddy byte-buddy-agent"],
  ["com.ibm.icu", "com/ibm/icu/", "icu4j"],
  ["com.microsoft.sqlserver", "com/microsoft/sqlserver/", "mssql-jdbc"],
  ["com.oracle.database.jdbc", "oracle/jdbc/", "ojdbc*"],
  ["org.jboss.logging", "org/jboss/logging/", "jboss-logging"],
  ["net.jpountz.lz4", "net/jpountz/", "lz4"],
  ["org.lz4", "net/jpountz/", "lz4-java"],
  ["org.xerial.snappy", "org/xerial/snappy/", "snappy-java"],
  ["com.github.luben", "com/github/luben/zstd/", "zstd-jni"],
  ["net.sf.jopt-simple", "joptsimple/", "jopt-simple"],
  ["org.hdrhistogram", "org/HdrHistogram/", "HdrHistogram"],
  ["org.latencyutils", "org/LatencyUtils/", "LatencyUtils"],
  ["org.checkerframework", "org/checkerframework/", "checker-qual"],
  ["io.r2dbc", "io/r2dbc/", "r2dbc-spi r2dbc-pool r2dbc-h2"],
  ["io.rsocket", "io/rsocket/", "rsocket-*"],
  ["javax.inject", "javax/inject/", "javax.inject"],
  ["aopalliance", "org/aopalliance/", "aopalliance"],
  ["junit", "junit/framework/", "junit"],
  ["com.carrotsearch", "com/carrotsearch/hppc/", "hppc"],
  ["com.tdunning", "com/tdunning/math/stats/", "t-digest"],
  ["org.apache.hadoop", "org/apache/hadoop/", "hadoop-*"],
  ["org.apache.spark", "org/apache/spark/", "spark-*"],
  ["org.apache.flink", "org/apache/flink/", "flink-*"],
  ["com.google.inject", "com/google/inject/", "guice"],
  [
    "com.google.inject.extensions",
    "com/google/inject/",
    "guice-assistedinject guice-grapher guice-jmx guice-jndi guice-multibindings guice-persist guice-servlet guice-spring guice-struts2 guice-throwingproviders",
  ],
  ["antlr", "antlr/", "antlr"],
  ["org.gradle", "org/gradle/", "gradle-*"],
];

const tomcat: readonly (readonly [string, string, string])[] = [
  ["catalina", "org/apache/catalina/", "tomcat-catalina"],
  ["catalina-ant", "org/apache/catalina/ant/", "tomcat-catalina-ant"],
  ["catalina-ha", "org/apache/catalina/ha/", "tomcat-catalina-ha"],
  ["catalina-tribes", "org/apache/catalina/tribes/", "tomcat-tribes"],
  ["catalina-storeconfig", "org/apache/catalina/storeconfig/", "tomcat-storeconfig"],
  ["catalina-ssi", "org/apache/catalina/ssi/", "tomcat-ssi"],
  ["tomcat-coyote", "org/apache/coyote/", "tomcat-coyote"],
  ["tomcat-dbcp", "org/apache/tomcat/dbcp/", "tomcat-dbcp"],
  ["tomcat-jdbc", "org/apache/tomcat/jdbc/", "tomcat-jdbc"],
  ["tomcat-jni", "org/apache/tomcat/jni/", "tomcat-jni"],
  ["tomcat-juli", "org/apache/juli/", "tomcat-juli"],
  ["tomcat-util", "org/apache/tomcat/util/", "tomcat-util"],
  ["tomcat-util-scan", "org/apache/tomcat/util/", "tomcat-util-scan"],
  ["tomcat-websocket", "org/apache/tomcat/websocket/", "tomcat-websocket"],
  ["tomcat-api", "org/apache/tomcat/", "tomcat-api"],
  ["jasper", "org/apache/jasper/", "tomcat-jasper"],
  ["jasper-el", "org/apache/el/", "tomcat-jasper-el"],
  ["servlet-api", "org/apache/tomcat/", "tomcat-servlet-api"],
  ["tomcat-catalina", "org/apache/catalina/", "tomcat-catalina"],
  ["tomcat-tribes", "org/apache/catalina/tribes/", "tomcat-tribes"],
  ["tomcat-jasper", "org/apache/jasper/", "tomcat-jasper"],
  ["tomcat-jasper-el", "org/apache/el/", "tomcat-jasper-el"],
  ["tomcat-annotations-api", "javax/annotation/", "tomcat-annotations-api"],
];

const rows: readonly KnownGroup[] = [
  ...table.flatMap(([group, root, artifacts, majors]) =>
    artifacts
      .split(" ")
      .map((artifact) => ({ artifact, root, group, ...(majors === undefined ? {} : { majors }) })),
  ),
  ...tomcat.map(([artifact, root, realArtifact]) => ({
    artifact,
    root,
    group: "org.apache.tomcat",
    realArtifact,
  })),
];
