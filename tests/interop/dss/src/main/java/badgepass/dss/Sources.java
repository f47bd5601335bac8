package badgepass.dss;

import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.spi.x509.revocation.ocsp.ExternalResourcesOCSPSource;
import java.nio.file.Path;
import java.util.List;

/** Turns files into the sources a verifier asks; none of them reaches beyond this machine. */
final class Sources {

    private Sources() {}

    /** Makes the verifier: our anchors, our revocation data, the lists if any, and nothing by address. */
    static CommonCertificateVerifier verifier(Question.Trust trust) {
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setAIASource(null);
        verifier.setCrlSource(new ExternalResourcesCRLSource(documents(trust.crls())));
        verifier.setOcspSource(new ExternalResourcesOCSPSource(documents(trust.ocsps())));
        verifier.setTrustedCertSources(anchors(trust.anchors()));
        if (trust.lists() != null) {
            verifier.addTrustedCertSources(Lists.read(trust.lists(), anchors(trust.listAnchors())));
        }
        return verifier;
    }

    private static CommonTrustedCertificateSource anchors(List<Path> paths) {
        CommonTrustedCertificateSource source = new CommonTrustedCertificateSource();
        for (Path path : paths) {
            source.addCertificate(DSSUtils.loadCertificate(path.toFile()));
        }
        return source;
    }

    private static DSSDocument[] documents(List<Path> paths) {
        return paths.stream().map(path -> new FileDocument(path.toFile())).toArray(DSSDocument[]::new);
    }
}
