// Camera offer: a browser that reads barcodes itself gets the camera; others load no more.
if ("BarcodeDetector" in window && navigator.mediaDevices) import("./camera.js");
