package badgepass.dss;

import eu.europa.esig.dss.diagnostic.CertificateWrapper;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.diagnostic.jaxb.XmlDigestAlgoAndValue;
import eu.europa.esig.dss.diagnostic.jaxb.XmlDigestMatcher;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.validation.reports.Reports;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Says DSS's reports in plain values: what JSON can carry, and only what is compared. */
final class Answer {

    private final SimpleReport report;

    private Answer(SimpleReport report) {
        this.report = report;
    }

    static Map<String, Object> of(Reports reports) {
        Answer answer = new Answer(reports.getSimpleReport());
        List<Map<String, Object>> signatures = reports.getDiagnosticData().getSignatures().stream()
                .map(answer::signature)
                .toList();
        return Map.of("signatures", signatures);
    }

    private Map<String, Object> signature(SignatureWrapper signature) {
        Map<String, Object> told = verdict(signature.getId());
        told.put("counter", signature.isCounterSignature());
        told.put("valid", signature.isBLevelTechnicallyValid());
        told.put("value_intact", signature.isSignatureIntact());
        told.put("references_found", matchers(signature).allMatch(XmlDigestMatcher::isDataFound));
        told.put("references_intact", matchers(signature).allMatch(XmlDigestMatcher::isDataIntact));
        told.put("structure_sound", signature.isStructuralValidationValid());
        told.put("signer_identified", signature.isSigningCertificateIdentified());
        told.put("signer", sha256(signature.getSigningCertificate()));
        told.put("level", String.valueOf(signature.getSignatureFormat()));
        told.put("claimed_time", instant(signature.getClaimedSigningTime()));
        told.put("best_time", instant(report.getBestSignatureTime(signature.getId())));
        told.put("scopes", signature.getSignatureScopes().stream()
                .map(scope -> Map.of("kind", String.valueOf(scope.getScope()), "name", String.valueOf(scope.getName())))
                .toList());
        told.put("timestamps", signature.getTimestampList().stream().map(this::timestamp).toList());
        told.put("qualification", String.valueOf(report.getSignatureQualification(signature.getId())));
        told.put("complaints", report.getAdESValidationErrors(signature.getId()).stream()
                .map(message -> message.getKey())
                .toList());
        return told;
    }

    private static Stream<XmlDigestMatcher> matchers(SignatureWrapper signature) {
        return signature.getDigestMatchers().stream();
    }

    private Map<String, Object> timestamp(TimestampWrapper timestamp) {
        Map<String, Object> told = verdict(timestamp.getId());
        told.put("type", String.valueOf(timestamp.getType()));
        told.put("produced", instant(timestamp.getProductionTime()));
        told.put("imprint_intact", timestamp.isMessageImprintDataFound() && timestamp.isMessageImprintDataIntact());
        told.put("value_intact", timestamp.isSignatureIntact());
        return told;
    }

    private Map<String, Object> verdict(String id) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("indication", name(report.getIndication(id)));
        told.put("sub_indication", name(report.getSubIndication(id)));
        return told;
    }

    private static String sha256(CertificateWrapper certificate) {
        XmlDigestAlgoAndValue digest = certificate == null ? null : certificate.getDigestAlgoAndValue();
        return digest == null ? null : HexFormat.of().formatHex(digest.getDigestValue());
    }

    private static String name(Enum<?> one) {
        return one == null ? null : one.name();
    }

    private static String instant(Date date) {
        return date == null ? null : date.toInstant().toString();
    }
}
