package badgepass.dss;

import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.InMemoryDocument;
import eu.europa.esig.dss.model.policy.ValidationPolicy;
import eu.europa.esig.dss.spi.policy.SignaturePolicyProvider;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.policy.ValidationPolicyLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks DSS about one document at a time, by the validation policy that DSS ships as its default. */
final class Examiner {

    private final ValidationPolicy policy =
            ValidationPolicyLoader.fromDefaultValidationPolicy().create();
    private final Map<Question.Trust, CommonCertificateVerifier> verifiers = new HashMap<>();

    Map<String, Object> examine(Question question) throws IOException {
        SignedDocumentValidator validator =
                SignedDocumentValidator.fromDocument(new FileDocument(question.document().toFile()));
        validator.setCertificateVerifier(verifiers.computeIfAbsent(question.trust(), Sources::verifier));
        validator.setSignaturePolicyProvider(new SignaturePolicyProvider());
        validator.setDetachedContents(detached(question.detached()));
        validator.setValidationTime(question.at());
        validator.setEnableEtsiValidationReport(false);
        return Answer.of(validator.validateDocument(policy));
    }

    private static List<DSSDocument> detached(Map<String, Path> files) throws IOException {
        List<DSSDocument> found = new ArrayList<>();
        for (Map.Entry<String, Path> file : files.entrySet()) {
            found.add(new InMemoryDocument(Files.readAllBytes(file.getValue()), file.getKey()));
        }
        return found;
    }
}
