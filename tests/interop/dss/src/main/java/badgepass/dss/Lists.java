package badgepass.dss;

import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.DSSException;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.spi.client.http.DSSFileLoader;
import eu.europa.esig.dss.spi.tsl.TrustedListsCertificateSource;
import eu.europa.esig.dss.spi.x509.CertificateSource;
import eu.europa.esig.dss.tsl.job.TLValidationJob;
import eu.europa.esig.dss.tsl.source.LOTLSource;
import eu.europa.esig.dss.xml.utils.DomUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Reads a folder of trusted lists, the list of lists first, as it would be read from its addresses. */
final class Lists {

    private static final String TSL = "http://uri.etsi.org/02231/v2#";
    private static final String START = "https://ec.europa.eu/tools/lotl/eu-lotl.xml";

    private Lists() {}

    /** Reads EU.xml, signed by one of the anchors, and the territories' lists it points at. */
    static TrustedListsCertificateSource read(Path folder, CertificateSource anchors) {
        LOTLSource start = new LOTLSource();
        start.setUrl(START);
        start.setCertificateSource(anchors);
        TrustedListsCertificateSource source = new TrustedListsCertificateSource();
        TLValidationJob job = new TLValidationJob();
        job.setListOfTrustedListSources(start);
        job.setTrustedListCertificateSource(source);
        job.setOfflineDataLoader(new Folder(addresses(folder)));
        job.offlineRefresh();
        return source;
    }

    private static Map<String, Path> addresses(Path folder) {
        Map<String, Path> found = new HashMap<>();
        Path lotl = folder.resolve("EU.xml");
        NodeList pointers = DomUtils.buildDOM(new FileDocument(lotl.toFile()))
                .getElementsByTagNameNS(TSL, "OtherTSLPointer");
        for (int index = 0; index < pointers.getLength(); index++) {
            Element pointer = (Element) pointers.item(index);
            found.put(text(pointer, "TSLLocation"), folder.resolve(text(pointer, "SchemeTerritory") + ".xml"));
        }
        found.put(START, lotl);
        return found;
    }

    private static String text(Element pointer, String name) {
        return pointer.getElementsByTagNameNS(TSL, name).item(0).getTextContent().trim();
    }

    private record Folder(Map<String, Path> addresses) implements DSSFileLoader {
        @Override
        public DSSDocument getDocument(String address) {
            Path path = addresses.get(address);
            if (path == null || !Files.exists(path)) {
                throw new DSSException("This list is not in the folder.");
            }
            return new FileDocument(path.toFile());
        }
    }
}
