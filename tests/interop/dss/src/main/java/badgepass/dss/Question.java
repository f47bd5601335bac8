package badgepass.dss;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;

/**
 * One document to examine, and what to examine it with.
 *
 * @param name under which the answer is given
 * @param document the signed file
 * @param detached signed files beside it, each under the name by which the signature may call it
 * @param at the moment the verdict is about
 * @param trust folders and files of it
 */
record Question(String name, Path document, Map<String, Path> detached, Date at, Trust trust) {

    /**
     * What to trust.
     *
     * @param anchors PEM or DER certificates that end a chain
     * @param crls DER
     * @param ocsps DER responses
     * @param lists a folder of trusted lists, EU.xml and one a territory, or null
     * @param listAnchors certificates that may have signed EU.xml
     */
    record Trust(List<Path> anchors, List<Path> crls, List<Path> ocsps, Path lists, List<Path> listAnchors) {}

    static Question read(String line) {
        Map<String, Object> told;
        try {
            told = JsonUtil.parseJson(line);
        } catch (JoseException problem) {
            throw new IllegalArgumentException("The question is not JSON.", problem);
        }
        Trust trust = new Trust(
                paths(told.get("anchors")),
                paths(told.get("crls")),
                paths(told.get("ocsps")),
                told.get("lists") == null ? null : Path.of((String) told.get("lists")),
                paths(told.get("list_anchors")));
        return new Question(
                (String) told.get("name"),
                Path.of((String) told.get("document")),
                named(told.get("detached")),
                Date.from(Instant.parse((String) told.get("at"))),
                trust);
    }

    private static List<Path> paths(Object told) {
        return told == null ? List.of() : ((List<?>) told).stream().map(one -> Path.of((String) one)).toList();
    }

    private static Map<String, Path> named(Object told) {
        Map<String, Path> found = new LinkedHashMap<>();
        if (told != null) {
            ((Map<?, ?>) told).forEach((name, path) -> found.put((String) name, Path.of((String) path)));
        }
        return found;
    }
}
